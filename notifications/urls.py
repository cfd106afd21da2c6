from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("berichten/", views.messages, name="messages"),
    path("berichten/<uuid:pk>/", views.message, name="message"),
    path("oefenmodus/post/", views.mailbox, name="mailbox"),
    path("oefenmodus/post/<uuid:pk>/", views.caught, name="caught"),
]
