from django.urls import path

from reviews import views

app_name = "reviews"

urlpatterns = [path("jury/<slug:call>/belangen/", views.jury_conflicts, name="conflicts")]
